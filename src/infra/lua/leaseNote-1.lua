-- Purpose: keep interval leases without asking for room.
-- KEYS[1]  sorted set: JSON {t,o,k,s,e,r} by the end of the lease, epoch milliseconds
-- ARGV[1]  lease length, milliseconds
-- ARGV[2]  most leases of the scope, of which the ones that end first are given up
-- ARGV[3…] leases as JSON {t=token, o=owner, k=kind, s=startMs, e=endMs, r=[resources]}
-- RETURN   until (epoch milliseconds)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
local untilMs = now + tonumber(ARGV[1])
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], string.format('%.0f', untilMs), ARGV[i]) end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[2]) - 1)
redis.call('PEXPIRE', KEYS[1], 3600000)
return untilMs
