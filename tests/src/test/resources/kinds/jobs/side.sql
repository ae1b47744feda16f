SELECT event_id, content_id, user_id, seconds, source.* FROM input
