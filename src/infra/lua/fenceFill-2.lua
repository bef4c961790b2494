-- Purpose: write an entry unless its fetch began before the fence was raised for it, or before a newer fetch whose
--          result is there already. The comparison and the write are one step, so no change can slip in between.
-- KEYS[1]  string: the fence (see fenceChange)
-- KEYS[2]  string: the entry, incarnation|epoch|begunAt|freshUntil|payload
-- ARGV[1]  incarnation of the fence when the fetch began
-- ARGV[2]  its epoch then
-- ARGV[3]  begunAt, epoch milliseconds by this server's clock
-- ARGV[4]  part the entry belongs to
-- ARGV[5]  the entry
-- ARGV[6]  until when the entry is kept, epoch milliseconds
-- ARGV[7]  how long the fence is kept without being touched, milliseconds
-- RETURN   1 written (or a newer one is there), 0 refused, -1 the fence was lost since the fetch began
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch, begun = tonumber(ARGV[2]), tonumber(ARGV[3])

-- What counts stands before the marks, which may be long.
local HEAD = '^(%d+)|%d+|(%d+)|(%d+)|%d+|([^|]*)|'
local incarnation, floor, since, parts = string.match(redis.call('GETRANGE', KEYS[1], 0, 2047), HEAD)
if not incarnation then
  incarnation, floor, since, parts = string.match(redis.call('GETRANGE', KEYS[1], 0, -1), HEAD)
end
if incarnation ~= ARGV[1] then return -1 end
if epoch < tonumber(floor) or begun < tonumber(since) then return 0 end
for part, at_epoch in string.gmatch(parts, '([^,;]+),(%d+),%d+') do
  if part == ARGV[4] and epoch < tonumber(at_epoch) then return 0 end
end
local keepMs = tonumber(ARGV[6]) - now
if keepMs < 1 then return 0 end

local there = redis.call('GETRANGE', KEYS[2], 0, 80)
local there_incarnation, there_epoch, there_begun = string.match(there, '^(%d+)|(%d+)|(%d+)|')
local newer = there_incarnation == incarnation and tonumber(there_epoch) >= epoch and tonumber(there_begun) > begun
if not newer then redis.call('SET', KEYS[2], ARGV[5], 'PX', string.format('%.0f', keepMs)) end
redis.call('PEXPIRE', KEYS[1], ARGV[7])
return 1
