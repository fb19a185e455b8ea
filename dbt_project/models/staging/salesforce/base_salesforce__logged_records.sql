{{ config(materialized='view') }}
{{ logged_records('salesforce') }}
