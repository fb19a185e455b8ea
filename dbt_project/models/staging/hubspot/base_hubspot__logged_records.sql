{{ config(materialized='view') }}
{{ logged_records('hubspot') }}
