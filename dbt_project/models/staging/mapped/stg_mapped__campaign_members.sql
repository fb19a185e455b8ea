{{ mapped_records('campaign_members') }}
