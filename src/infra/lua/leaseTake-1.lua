-- Purpose: take an interval lease unless as many others as there is room for hold one that overlaps it.
-- KEYS[1]  sorted set: JSON {t,o,k,s,e,r} by the end of the lease, epoch milliseconds
-- ARGV[1]  lease as JSON {t=token, o=owner, k=kind, s=startMs, e=endMs, r=[resources]}
-- ARGV[2]  lease length, milliseconds
-- ARGV[3]  room: overlapping leases of kind 'reservation' by other owners that are allowed
-- RETURN   until (epoch milliseconds) when taken, 0 when refused
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
local wanted = cjson.decode(ARGV[1])
local others = 0
for _, text in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local lease = cjson.decode(text)
  if lease.k == 'reservation' and lease.o ~= wanted.o and lease.s < wanted.e and wanted.s < lease.e then
    local shared = #lease.r == 0 or #wanted.r == 0
    for _, mine in ipairs(wanted.r) do
      for _, theirs in ipairs(lease.r) do
        if mine == theirs then shared = true end
      end
    end
    if shared then others = others + 1 end
  end
end
if others >= tonumber(ARGV[3]) then return 0 end
local untilMs = now + tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], string.format('%.0f', untilMs), ARGV[1])
redis.call('PEXPIRE', KEYS[1], 3600000)
return untilMs
