select
    unnest([1, 2]) as id,
    unnest([in_english('Call'), in_english('To-Do')]) as name,
    unnest(['phonecall', 'default']) as category,
    '2015-01-05 08:00:00' as write_date,
