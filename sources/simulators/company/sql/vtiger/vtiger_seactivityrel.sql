select number_of(coalesce(lead, firm)) as crmid, number_of(id) as activityid from branch.activities where coalesce(lead, firm) is not null
