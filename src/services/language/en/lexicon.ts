import {
  counted,
  day,
  daytime,
  easter,
  feast,
  month,
  movingFeast,
  unit,
  weekday,
  which,
  word,
  type Entry,
} from '../reader/senses';

/** English words and what they may mean. Words spelled alike in German stand here once, with both uses in mind. */
export const ENGLISH_WORDS: Entry[] = [
  ...counted(
    (
      'monday mondays mon|tuesday tuesdays tue tues|wednesday wednesdays wed weds wendsday wensday wednsday|' +
      'thursday thursdays thirsday thu thur thurs|friday fridays fri|saturday saturdays sat|sunday sundays sun'
    ).split('|'),
    weekday,
  ),
  ...counted(
    (
      'january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|' +
      'october oct|november nov|december dec'
    ).split('|'),
    (value) => (value === 5 ? { is: 'may', value } : month(value)),
  ),
  ['today todays current_date currentdate', day(0)],
  ['tomorrow tomorrows tomorow tommorow tommorrow tmrw', day(1)],
  ['overmorrow', day(2)],
  ['yesterday', day(-1)],
  ['early', daytime('early')],
  ['morning mornings midmorning', daytime('long_morning')],
  ['forenoon', daytime('forenoon')],
  ['lunch lunchtime', daytime('noon')],
  ['afternoon afternoons midafternoon', daytime('afternoon')],
  ['evening evenings', daytime('evening')],
  ['late', daytime('late')],
  ['night nights', daytime('nighttime')],
  ['earlier', { is: 'comparative', value: 'early' }],
  ['later', { is: 'comparative', value: 'late' }],
  ['minutes mins', unit('minute')],
  ['hour hours', unit('hour')],
  ['day days', unit('day')],
  ['days', word('days')],
  ['workday workdays weekday weekdays', unit('workday')],
  ['week weeks', unit('week')],
  ['week', word('numbered_week')],
  ['fortnight', unit('fortnight')],
  ['month months', unit('month')],
  ['year years', unit('year')],
  ['next coming upcoming following', which('next')],
  ['this', which('this')],
  ['last previous', which('last')],
  ['beginning start', { is: 'part', value: 'start' }],
  ['middle mid', { is: 'part', value: 'middle' }],
  ['end', { is: 'part', value: 'end' }],
  ['firsthalf', { is: 'part', value: 'first_half' }],
  ['secondhalf', { is: 'part', value: 'second_half' }],
  ['midweek', { is: 'part_of_week', value: 'middle' }],
  ['thanksgiving', movingFeast(4, 11, 22)],
  ['blackfriday', movingFeast(5, 11, 23)],
  ['valentines', feast(2, 14)],
  ['mayday', feast(5, 1)],
  ['advent', word('advent')],
  ['easter christmas pentecost holiday holidays', { is: 'junk' }],
  // Of the call or of the day talked about: asked.
  ['thistime', { is: 'junk' }],
  ['goodfriday', easter(-2)],
  ['eastersunday', easter(0)],
  ['eastermonday', easter(1)],
  ['whitmonday', easter(50)],
  ['work school', word('work')],
  ['mr mrs ms miss doctor', word('title')],
  ['with', word('with')],
  ['people persons adults kids guests appointments haircuts cuts slots spots visits sessions', { is: 'counted' }],
  ['weekend weekends', word('weekend')],
  ['oclock', word('o_clock')],
  ['h hrs', word('h')],
  ['half', word('half_past')],
  ['quarter', word('quarter')],
  ['past', word('past')],
  ['to', word('to')],
  ['of', word('of')],
  ['oh o', word('oh')],
  ['after', word('after')],
  ['before', word('before')],
  ['from starting', word('from')],
  ['earliest', word('limit_from')],
  ['until till til through', word('until')],
  ['latest by', word('limit_until')],
  ['between', word('between')],
  ['and', word('and')],
  ['but', word('but')],
  ['instead', word('instead')],
  ['or', word('or')],
  ['in during', word('in')],
  ['within', word('within')],
  ['on', word('on')],
  ['over', word('over')],
  ['at around about approximately approx roughly', word('around')],
  ['the', word('the')],
  ['same', word('same')],
  ['that', word('that')],
  ['shortly just', word('shortly')],
  [
    'not except never cannot cant dont doesnt didnt isnt arent wont wouldnt couldnt shouldnt busy unavailable impossible',
    word('not'),
  ],
  ['no actually sorry rather', word('correction')],
  ['no', word('not')],
  ['hundred', word('hundred')],
  ['than', word('than')],
  ['each every', word('each')],
  ['anytime whenever flexible any', word('any')],
  ['all whole entire', word('whole')],
  ['asap soonest', word('soonest')],
  ['now immediately', word('now')],
  ['noon midday noonish', word('noon_exact')],
  ['midnight', word('midnight')],
  ['for', word('for')],
  ['free available possible', word('free')],
  ['thereafter afterwards', word('thereafter')],
  ['few several couple', word('a_few')],
  ['couple', { is: 'number', value: 2 }],
  ['ago', word('ago')],
  ['am', word('meridiem_am')],
  ['pm', word('meridiem_pm')],
  ['onward onwards', word('onward')],
  ['utc gmt cet cest bst est edt cst cdt mst mdt pst pdt eastern pacific', word('zone')],
];

export const ENGLISH_SAYINGS: readonly (readonly [RegExp, string])[] = [
  [/\b(first|second|third|last|next|other|same|earlier|later) one\b/g, 'offered'],
  [/\bgood (?:morning|afternoon|evening|day|night)\b/g, ' '],
  [/\b(?:one|a|just a|hang on a) (?:minute|second|moment|sec) please\b|\b(?:first|next|last) time\b(?! )/g, ' '],
  [
    /\bno (?:problem|worries|rush)\b|\bwhy (?:dont we|not)\b|\bdont you\b|\bif (?:thats|its) (?:ok|okay|not too much)\b/g,
    ' ',
  ],
  [
    /\b(?:no (?:particular )?preference|(?:i )?(?:dont|do not) mind|(?:it )?(?:doe?snt|doe?s not) matter|not fussed|no matter|i dont care|up to you|you choose)\b/g,
    'anytime',
  ],
  [
    /\bor rather\b|\bi mean\b|\b(?:actually )?make (?:it|that)\b|\bscratch that\b|\bno wait\b|\bwait no\b|\bno sorry\b|\bsorry no\b|\bno actually\b|\bcorrection\b/g,
    'no',
  ],
  [/\b(?:about |around )?this time (?=next\b|tomorrow\b|on\b|in\b)/g, 'thistime '],
  [/\binstead of\b|\brather than\b|\bin place of\b/g, 'instead'],
  [/\bother than\b|\bapart from\b|\baside from\b/g, 'not'],
  [/\bin the course of the week\b/g, 'this week'],
  [/\b(?:needs?|wants?|like|book|have|get) one\b/g, ' '],
  [/\bor so\b|\bim easy\b|\bi am\b|\bmay (?=i\b|we\b|you\b|he\b|she\b|they\b|my\b)/g, ' '],
  [/\bin the (?:a\.?m\.?|am)(?= |$)/g, 'morning'],
  [/\b(?:new years)(?= |$)(?! eve| day)/g, 'neujahr'],
  [/\b(early|late) (tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day) (morning|afternoon|evening)\b/g, '$2 $1 $3'],
  [/\b(?:as )?late as possible\b/g, 'late'],
  [/\b(?:lunch break|lunch hour|lunch time|dinner time)\b/g, 'lunchtime'],
  [/\b(?:two thousand)(?: and)? (?=\w)/g, 'twenty '],
  [/\bfirst thing(?: in the)?\b/g, 'early'],
  [/\btonight\b/g, 'today evening'],
  [/\bthe day after tomorrow\b|\bday after tomorrow\b/g, 'overmorrow'],
  [/\bbetween christmas and (?:the )?new years?(?: eve| day)?\b/g, 'from december 27 to december 31'],
  [/\bnew years eve\b/g, 'silvester'],
  [/\bnew years day\b/g, 'neujahr'],
  [/\b(?:standard|winter) time\b/g, 'winterzeit'],
  [/\b(?:summer|daylight(?: saving)?) time\b/g, 'sommerzeit'],
  [/\bup (?:to|until|till)\b/g, 'until'],
  [/\bchristmas eve\b/g, 'heiligabend'],
  [/\bchristmas day\b/g, 'christtag'],
  [/\bboxing day\b/g, 'stephanstag'],
  [/\bgood friday\b/g, 'goodfriday'],
  [/\b(first|second) half(?= of\b)/g, '$1half'],
  [/\bblack friday\b/g, 'blackfriday'],
  [/\bvalentines day\b/g, 'valentines'],
  [/\bmay day\b/g, 'mayday'],
  [/\blast thing\b/g, 'late afternoon'],
  [/\b(?:as soon as|right when|when) you open\b/g, 'early'],
  [/\b(?:the )?(?:sooner|earlier) the better\b/g, 'asap'],
  [/\bbut one\b(?! (?:oclock|thirty|fifteen))/g, 'butone'],
  [/(?<=\w ?)&(?= ?\w)/g, ' and '],
  [/\b(easter|whit) (sunday|monday)\b/g, '$1$2'],
  [/\bash wednesday\b/g, 'easter'],
  [/\b(?:any(?:thing|time| day| time)?|every(?:thing| day)) (?:but|except)\b/g, 'not'],
  [/\b(?:one|some|any) day(?= (?:next|this|in) )/g, ''],
  [/\bthe earliest (?=available\b|possible\b)/g, 'next '],
  [/\b(?:business|working) days?\b/g, 'workday'],
];

/** The English counterpart of the German list: what is said around a day or a time without changing it. */
export const ENGLISH_FILLERS = [
  // Sounds, yes and politeness
  'er erm um umm uh uhm hm hmm mm ah oh well so like yes yeah yep yup okay ok sure right alright great perfect lovely brilliant super fantastic ' +
    'wonderful excellent awesome cool fine good nice thanks thank you please hello hi hey cheers bye goodbye sorry pardon excuse ' +
    'actually basically really honestly literally definitely certainly absolutely probably possibly maybe perhaps hopefully ideally preferably ' +
    'obviously just only even still also too either already ever again then there here now anyway somehow somewhere somewhat quite rather pretty very ' +
    'else once though',
  // Persons and their words
  'i me my mine you your yours he him his she her hers it its we us our they them their someone somebody anyone people husband wife son daughter ' +
    'kid child mother mom mum father dad sister brother friend girlfriend boyfriend partner boss colleague family baby boy girl grandma grandpa',
  // Verbs of wishing, asking and coming
  'im id ill ive youre youd youll its thats theres were weve lets whats is are was were be been being do does did done have has had having can could ' +
    'will would shall should might must want wanted wanna need needed like liked love prefer preferred wish hope hoping hoped looking look ' +
    'book booked booking schedule scheduled scheduling reserve arrange make made making get got getting gotten go going gonna come coming came ' +
    'came see saw seeing say said saying tell think thought thinking guess believe suppose know find found take taking took put fit squeeze ' +
    'work works worked working suit suits suited fits free available possible open set setup do try trying check help let give call calling ' +
    'ask asking wondering wonder planning plan planned mean meant move moved moving change changing switch reschedule push shift bring keep    ' +
    'best better okay ideal convenient appointment appointments slot slots opening openings spot spots visit session meeting booking time times timeslot date ' +
    'dates thing things anything something everything chance option options idea schedule calendar',
  // Joining words
  'a an the of at if when whether because since which what who how where as with without via per into onto up out off down around this that these those ' +
    'towards toward some  each sometime somewhere  possible sharp exactly precisely dot ish clock',
  // Services
  'hair haircut haircuts cut cuts trim wash blowdry blow dry colour color colouring coloring highlights dye perm beard shave styling style manicure ' +
    'pedicure nails massage facial lashes brows waxing consultation checkup check cleaning filling exam vaccination physio physiotherapy service ' +
    'inspection tyres tires tyre oil change salon shop practice clinic garage doctor dentist barber stylist',
  'towards toward bright bit little lot long high mens womens gents ladies kids',
  'youve theyve weve hes shes needs wants takes comes goes gets asks hopes prefers prefer preferred preferably rather works suits sounds sound seems seem fits able allowed both together other another current existing usual normal regular new old different quick short youd theyd hed shed whats wheres hows id ive im were',
].join(' ');
