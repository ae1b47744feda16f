SELECT event_id, 'exposure' AS kind, content_id, user_id, seconds, source.* FROM input
