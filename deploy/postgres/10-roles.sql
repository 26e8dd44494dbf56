-- Run once by the image, as its superuser, when the data folder is made: the owner (migrates), the application (may connect;
-- the migrator grants the rest) and the database.
\getenv owner_password FLITS_OWNER_PASSWORD
\getenv app_password FLITS_APP_PASSWORD
CREATE ROLE flits_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE flits_app LOGIN PASSWORD :'app_password';
CREATE DATABASE flits OWNER flits_owner;
REVOKE ALL ON DATABASE flits FROM PUBLIC;
GRANT CONNECT ON DATABASE flits TO flits_app;
