select
    industry_number(industry) as id,
    in_english(industry) as name,
    '2015-01-05 08:00:00' as write_date,
from (select distinct industry from words_branch)
