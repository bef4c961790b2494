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
