/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-tshark.h"

#include <cstdio>
#include <memory>
#include <sstream>

namespace ns3::rdma::tests
{

std::string
OutputOf(const std::string& command)
{
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string output;
    char buffer[4096];
    while (pipe && std::fgets(buffer, sizeof(buffer), pipe.get()))
    {
        output += buffer;
    }
    return output;
}

Table
Dissect(const std::string& file, const std::vector<std::string>& fields)
{
    std::string command = "tshark -n -r '" + file + "' -T fields -E separator=';'";
    for (const auto& field : fields)
    {
        command += " -e " + field;
    }
    Table table;
    std::istringstream lines(OutputOf(command + " 2>/dev/null"));
    for (std::string line; std::getline(lines, line);)
    {
        std::vector<std::string> cells;
        std::istringstream text(line);
        for (std::string cell; std::getline(text, cell, ';');)
        {
            cells.push_back(cell);
        }
        cells.resize(fields.size());
        table.push_back(cells);
    }
    return table;
}

long long
NumberOf(const std::string& cell)
{
    return cell.empty() ? -1 : std::stoll(cell, nullptr, 0);
}

} // namespace ns3::rdma::tests
