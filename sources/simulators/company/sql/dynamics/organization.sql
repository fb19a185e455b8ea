select
    guid_of('organization') as organizationid,
    'Nordwind' as name,
    guid_of('EUR') as basecurrencyid,
    timestamp '2015-01-05 08:00:00' as createdon,
    timestamp '2015-01-05 08:00:00' as modifiedon,
    1 as versionnumber,
