/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-database.h"

#include <limits>
#include <sqlite3.h>

namespace ns3::experiment
{

Database::Database(const std::string& path)
    : m_path(path),
      m_handle(nullptr)
{
    const int code = sqlite3_open_v2(
        path.c_str(), &m_handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    if (code != SQLITE_OK)
    {
        const std::string reason = m_handle ? sqlite3_errmsg(m_handle) : "out of memory";
        sqlite3_close(m_handle);
        throw DatabaseError(path + ": " + reason);
    }
    sqlite3_busy_timeout(m_handle, 10000); // several runs may share the file
    try
    {
        // A kill loses nothing that was committed; only a power failure could, and a simulation can
        // be run again.
        Execute("PRAGMA synchronous = OFF");
        Execute("PRAGMA foreign_keys = ON");
    }
    catch (...)
    {
        sqlite3_close(m_handle);
        throw;
    }
}

Database::~Database()
{
    sqlite3_close(m_handle);
}

void
Database::Execute(const std::string& sql)
{
    if (sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    {
        throw DatabaseError(m_path + ": " + sqlite3_errmsg(m_handle));
    }
}

int64_t
Database::GetLastRowId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

const std::string&
Database::GetPath() const
{
    return m_path;
}

Statement::Statement(Database& database, const std::string& sql)
    : m_database(database),
      m_statement(nullptr)
{
    Check(sqlite3_prepare_v2(database.m_handle, sql.c_str(), -1, &m_statement, nullptr));
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

bool
Statement::Step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
    {
        return true;
    }
    if (code != SQLITE_DONE)
    {
        Check(code);
    }
    return false;
}

int64_t
Statement::GetInteger(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double
Statement::GetReal(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

std::string
Statement::GetText(int column) const
{
    const auto* text = sqlite3_column_text(m_statement, column);
    return text ? reinterpret_cast<const char*>(text) : "";
}

void
Statement::Reset()
{
    sqlite3_reset(m_statement); // repeats the error of the last Step, which was thrown already
}

void
Statement::Check(int code) const
{
    if (code != SQLITE_OK)
    {
        throw DatabaseError(m_database.m_path + ": " + sqlite3_errmsg(m_database.m_handle));
    }
}

void
Statement::Bind(int index, int64_t value)
{
    Check(sqlite3_bind_int64(m_statement, index, value));
}

void
Statement::Bind(int index, uint64_t value)
{
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
    {
        throw DatabaseError(m_database.m_path + ": " + std::to_string(value) +
                            " does not fit into a 64-bit signed integer");
    }
    Bind(index, static_cast<int64_t>(value));
}

void
Statement::Bind(int index, int32_t value)
{
    Bind(index, static_cast<int64_t>(value));
}

void
Statement::Bind(int index, uint32_t value)
{
    Bind(index, static_cast<int64_t>(value));
}

void
Statement::Bind(int index, double value)
{
    Check(sqlite3_bind_double(m_statement, index, value));
}

void
Statement::Bind(int index, const std::string& value)
{
    Check(sqlite3_bind_text(
        m_statement, index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT));
}

void
Statement::Bind(int index, const char* value)
{
    Bind(index, std::string(value));
}

void
Statement::Bind(int index, std::nullptr_t)
{
    Check(sqlite3_bind_null(m_statement, index));
}

Transaction::Transaction(Database& database)
    : m_database(database)
{
    m_database.Execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    if (m_open)
    {
        try
        {
            m_database.Execute("ROLLBACK");
        }
        catch (const DatabaseError&)
        {
            // SQLite has rolled back by itself
        }
    }
}

void
Transaction::Commit()
{
    m_database.Execute("COMMIT");
    m_open = false;
}

} // namespace ns3::experiment
