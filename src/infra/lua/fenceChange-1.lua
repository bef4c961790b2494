-- Purpose: open a fence for a fetch that begins now, or change it: take out and put in marks, raise floors.
--          Every change counts the epoch up by one, so that what began before it can be told from what began after.
-- KEYS[1]  string: incarnation|epoch|floor|since|marks|part,epoch,at;...|epoch,at,label,payload;...
-- ARGV[1]  how long the fence is kept without being touched, milliseconds; longer than any entry lives
-- ARGV[2]  longest life of an entry, milliseconds, counted from the beginning of its fetch
-- ARGV[3]  settling time, milliseconds: fetches that began less than this after a mark may not know of it yet
-- ARGV[4]  most marks kept; beyond it the older half is given up and the entries that needed them with it
-- ARGV[5]  most parts with a floor of their own; beyond it the common floor is raised instead
-- ARGV[6]  label of a mark to take out, or ''
-- ARGV[7]  label of a mark to put in, or ''
-- ARGV[8]  payload of that mark
-- ARGV[9]  parts whose entries end now, joined by ','; '*' for all entries; '' for none
-- RETURN   {now (epoch milliseconds), the fence, or '' after a change}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local keepMs, lifeMs, settleMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local maxMarks, maxParts = tonumber(ARGV[4]), tonumber(ARGV[5])
local takeOut, putIn, payload, ending = ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local function whole(number) return string.format('%.0f', number) end

local text = redis.call('GET', KEYS[1])
local incarnation, epoch, floor, since, count, parts, marks
if text then
  -- The marks may be long: they are cut off, not matched.
  local last
  incarnation, epoch, floor, since, count, parts, last =
    string.match(text, '^(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|([^|]*)|()')
  if incarnation then marks = string.sub(text, last) end
end
local known = incarnation ~= nil
if not known then
  -- A fence that was lost comes back under another name, so that nothing from before the loss is believed.
  local micros = string.rep('0', 6 - #time[2]) .. time[2]
  incarnation, epoch, floor, since, count, parts, marks = time[1] .. micros, 1, 0, 0, 0, '', ''
end
local changes = takeOut ~= '' or putIn ~= '' or ending ~= ''
if not changes then
  if known then
    redis.call('PEXPIRE', KEYS[1], keepMs)
    return { whole(now), text }
  end
else
  epoch, floor, since = tonumber(epoch) + 1, tonumber(floor), tonumber(since)

  -- Marks are in the order of their making, so the first one tells whether any is over; taking them apart is the
  -- exception, because it costs far more than adding one to the text.
  count = tonumber(count)
  local oldest = string.match(marks, '^%d+,(%d+),')
  local over = oldest and tonumber(oldest) + lifeMs + settleMs <= now
  local function has(label) return label ~= '' and string.find(marks, ',' .. label .. ',', 1, true) end
  if over or has(takeOut) or has(putIn) or count + 1 > maxMarks then
    local kept = {}
    for at_epoch, at, label, data in string.gmatch(marks, '(%d+),(%d+),([^,;]*),([^,;]*)') do
      if label ~= takeOut and label ~= putIn and tonumber(at) + lifeMs + settleMs > now then
        kept[#kept + 1] = { at_epoch, at, label, data }
      end
    end
    local room = putIn ~= '' and maxMarks - 1 or maxMarks
    if #kept > room then
      local half = math.floor(maxMarks / 2)
      if putIn ~= '' then half = half - 1 end
      for _ = 1, #kept - half do
        local mark = table.remove(kept, 1)
        floor = math.max(floor, tonumber(mark[1]))
        since = math.max(since, tonumber(mark[2]) + settleMs)
      end
    end
    count = #kept
    for i = 1, #kept do kept[i] = table.concat(kept[i], ',') end
    marks = table.concat(kept, ';')
  end
  if putIn ~= '' then
    local mark = table.concat({ whole(epoch), whole(now), putIn, payload }, ',')
    marks = marks == '' and mark or marks .. ';' .. mark
    count = count + 1
  end

  if ending == '*' then
    floor, parts = epoch, ''
  elseif ending ~= '' then
    local ends, floors = {}, {}
    for part in string.gmatch(ending, '[^,]+') do
      if not ends[part] then
        ends[part] = true
        floors[#floors + 1] = part .. ',' .. whole(epoch) .. ',' .. whole(now)
      end
    end
    for part, at_epoch, at in string.gmatch(parts, '([^,;]+),(%d+),(%d+)') do
      if not ends[part] and tonumber(at) + lifeMs > now then
        floors[#floors + 1] = part .. ',' .. at_epoch .. ',' .. at
      end
    end
    if #floors > maxParts then
      floor, parts = epoch, ''
    else
      parts = table.concat(floors, ';')
    end
  end
end
if type(epoch) == 'number' then epoch, floor, since = whole(epoch), whole(floor), whole(since) end
text = table.concat({ incarnation, epoch, floor, since, whole(count), parts, marks }, '|')
redis.call('SET', KEYS[1], text, 'PX', keepMs)
return { whole(now), changes and '' or text }
