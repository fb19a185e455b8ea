{{ record_versions('opportunities') }}
