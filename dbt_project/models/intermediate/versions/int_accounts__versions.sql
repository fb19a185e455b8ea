{{ record_versions('accounts') }}
