{{ record_versions('contacts') }}
