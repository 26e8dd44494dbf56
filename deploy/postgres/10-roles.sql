-- Run once by the image, as its superuser, when the data folder is made: the owner (migrates), the application (may connect;
-- the migrator grants the rest) and the database.
\set owner_password `cat /run/flits-owner/database_owner_password`
\set app_password `cat /run/flits/database_app_password`
CREATE ROLE flits_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE flits_app LOGIN PASSWORD :'app_password';
CREATE DATABASE flits OWNER flits_owner;
REVOKE ALL ON DATABASE flits FROM PUBLIC;
GRANT CONNECT ON DATABASE flits TO flits_app;
