-- Purpose: take an interval lease unless as many others as there is room for hold one that overlaps it.
-- KEYS[1]  hash: token -> '<until, epoch milliseconds>' followed by JSON {t,o,k,s,e,r}
-- ARGV[1]  token
-- ARGV[2]  lease as JSON {t=token, o=owner, k=kind, s=startMs, e=endMs, r=[resources]}
-- ARGV[3]  lease length, milliseconds
-- ARGV[4]  room: overlapping leases of kind 'reservation' by other owners that are allowed; -1 = no check
-- RETURN   until (epoch milliseconds) when taken, 0 when refused
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local room = tonumber(ARGV[4])
if room >= 0 then
  local wanted = cjson.decode(ARGV[2])
  local all = redis.call('HGETALL', KEYS[1])
  local others = 0
  for i = 1, #all, 2 do
    local untilMs, text = string.match(all[i + 1], '^(%d+)(.*)$')
    if tonumber(untilMs) <= now then
      redis.call('HDEL', KEYS[1], all[i])
    else
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
  end
  if others >= room then return 0 end
end
local untilMs = now + tonumber(ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', untilMs) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], 3600000)
return untilMs
