-- Purpose: the unexpired interval leases of one scope.
-- KEYS[1]  sorted set: JSON {t,o,k,s,e,r} by the end of the lease, epoch milliseconds
-- ARGV     none
-- RETURN   those texts, each followed by its end; expired ones are removed on the way
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
