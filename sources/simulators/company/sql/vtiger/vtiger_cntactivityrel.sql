select number_of(contact) as contactid, number_of(id) as activityid from branch.activities where contact is not null
