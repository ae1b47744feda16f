SELECT event_id, 'click' AS kind, content_id, user_id, CAST(NULL AS BIGINT) AS seconds, source.* FROM input
