{{ owner_periods('accounts') }}
