select number_of(Id) as contactsubscriptionid, Birthdate as birthday, LeadSource as leadsource from branch.people
