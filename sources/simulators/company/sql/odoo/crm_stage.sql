-- what is lost is archived where it stands
select
    1 + "at" as id,
    in_english(name) as name,
    "at" as sequence,
    "at" = 4 as is_won,
    '2015-01-05 08:00:00' as write_date,
from words_stage
where "at" < 5
