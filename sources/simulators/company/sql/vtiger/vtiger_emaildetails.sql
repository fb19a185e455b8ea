select number_of(id) as emailid, case when is_done then 'SENT' else 'SAVED' end as email_flag from branch.activities where kind = 'email'
