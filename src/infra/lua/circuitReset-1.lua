-- Purpose: close a circuit by hand. Results of calls that began before no longer count.
-- KEYS[1]  hash: as in circuitEnter
-- RETURN   as circuitEnter
local before = redis.call('HMGET', KEYS[1], 'generation', 'state')
local generation = tonumber(before[1] or 0) + 1
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'generation', string.format('%.0f', generation), 'state', '0')
redis.call('PEXPIRE', KEYS[1], 86400000)
return { 1, generation, 0, 0, 0, 0, 0, (before[2] and before[2] ~= '0') and 1 or 0 }
