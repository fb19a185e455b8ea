{{ latest_of(ref('base_salesforce__subscriptions_logged')) }}
