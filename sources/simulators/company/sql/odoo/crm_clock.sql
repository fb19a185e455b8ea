select (now() + interval '2 hours 1 second')::varchar as now_at
