-- Purpose: take an interval lease unless as many others as there is room for hold one that overlaps it.
-- KEYS[1]  hash: token -> JSON {t,o,k,s,e,r,u}
-- ARGV[1]  lease as JSON {t=token, o=owner, k=kind, s=startMs, e=endMs, r=[resources]}
-- ARGV[2]  lease length, milliseconds
-- ARGV[3]  room: overlapping leases of kind 'reservation' by other owners that are allowed; -1 = no check
-- RETURN   until (epoch milliseconds) when taken, 0 when refused
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wanted = cjson.decode(ARGV[1])
local room = tonumber(ARGV[3])
if room >= 0 then
  local all = redis.call('HGETALL', KEYS[1])
  local others = 0
  for i = 1, #all, 2 do
    local lease = cjson.decode(all[i + 1])
    if lease.u <= now then
      redis.call('HDEL', KEYS[1], all[i])
    elseif lease.k == 'reservation' and lease.o ~= wanted.o and lease.s < wanted.e and wanted.s < lease.e then
      local shared = #lease.r == 0 or #wanted.r == 0
      for _, mine in ipairs(wanted.r) do
        for _, theirs in ipairs(lease.r) do
          if mine == theirs then shared = true end
        end
      end
      if shared then others = others + 1 end
    end
  end
  if others >= room then return 0 end
end
wanted.u = now + tonumber(ARGV[2])
-- cjson writes an empty table as an object; keep the list a list.
local text = cjson.encode(wanted)
if #wanted.r == 0 then text = string.gsub(text, '"r":{}', '"r":[]') end
redis.call('HSET', KEYS[1], wanted.t, text)
redis.call('PEXPIRE', KEYS[1], 3600000)
return wanted.u
