select 1 + "at" as id, name, name as complete_name, '2015-01-05 08:00:00' as write_date from words_family
