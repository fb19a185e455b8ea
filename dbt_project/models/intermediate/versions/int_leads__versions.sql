{{ record_versions('leads') }}
