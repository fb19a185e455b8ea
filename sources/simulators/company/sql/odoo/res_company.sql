select 1 as id, 'Nordwind' as name, 1 as partner_id, currency_number('EUR') as currency_id, '2015-01-05 08:00:00' as write_date,
