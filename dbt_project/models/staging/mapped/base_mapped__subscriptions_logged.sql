{{ config(materialized='view') }}
{{ mapped_log('subscriptions') }}
