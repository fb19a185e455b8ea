{{ record_versions('users') }}
