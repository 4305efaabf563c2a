using System.Security.Cryptography;
using System.Text;
using Cluster.Contracts.Machines;
using Cluster.Domain.Reports;

namespace Cluster.Manager.Features.Drift;

/// <summary>A difference with the machine and service that reported it.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Service">What the service reported.</param>
/// <param name="Report">The difference.</param>
internal sealed record DriftRow(ReportingMachine Machine, ServiceReport Service, DriftReport Report)
{
    private const int LongestPath = 200;

    /// <summary>
    /// Where it stands in the list: by machine, service and path. Paths and texts are the host's and may be long, so that they go into
    /// the token of a page by a hash.
    /// </summary>
    public string Key { get; } =
        $"{Machine.Name}\n{Service.Name}\n{Report.Path[..Math.Min(LongestPath, Report.Path.Length)]}\n{Hash(Report)}";

    private static string Hash(DriftReport report) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{report.Path}\n{report.What}")));
}

/// <summary>A machine as its report is read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Label.</param>
/// <param name="GroupId">Its group.</param>
/// <param name="Mode">Whether its agent changes anything.</param>
/// <param name="Status">What its agent reported last.</param>
internal sealed record ReportingMachine(Guid Id, string Name, Guid GroupId, MachineMode Mode, HostStatus Status);
