-- Purpose: the unexpired interval leases of one scope.
-- KEYS[1]  hash: token -> JSON {t,o,k,s,e,r,u}
-- ARGV     none
-- RETURN   array of JSON strings; expired ones are removed on the way
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local live = {}
for i = 1, #all, 2 do
  local lease = cjson.decode(all[i + 1])
  if lease.u > now then
    live[#live + 1] = all[i + 1]
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return live
