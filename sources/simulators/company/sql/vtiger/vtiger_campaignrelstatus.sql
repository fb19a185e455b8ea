select 1 as campaignrelstatusid, '--None--' as campaignrelstatus
union all
select 2, 'Contacted - Successful'
