{{ config(materialized='view') }}
{{ quarantined_records('suitecrm') }}
