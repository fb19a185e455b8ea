select unnest([1, 2]) as id, 'crm.lead' as model, unnest(['stage_id', 'active']) as name, '2015-01-05 08:00:00' as write_date,
