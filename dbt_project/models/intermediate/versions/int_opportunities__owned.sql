{{ owner_periods('opportunities') }}
