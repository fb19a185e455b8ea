select 'contacts' as object, hub_id(Id) as old_id, hub_id(MasterRecordId) as new_id from branch.people where MasterRecordId is not null
