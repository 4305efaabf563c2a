using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Cluster.Protocol.V1;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Fleet;

/// <summary>
/// What administrators order of a machine: state that stands until the machine's acknowledgement is stored. Each order gives all
/// of it a new id, so an acknowledgement of what was ordered before it never takes it away. The id is random: one of a history
/// that was lost means nothing in the restored one.
/// </summary>
internal static class MachineOrders
{
    public static long NewId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return (BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue) | 1;
    }

    /// <summary>Orders to report anew.</summary>
    public static void Check(Machine machine)
    {
        machine.CheckRequested = true;
        machine.OrderId = NewId();
    }

    /// <summary>Orders to restore what stood before the join for what no level defines any more, besides what is ordered already.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="service">One service; empty = all.</param>
    public static void Unmanage(Machine machine, string service)
    {
        var services =
            Services(machine.UnmanageRequested).Append(service).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        machine.UnmanageRequested = JsonSerializer.Serialize(services.Contains("") ? [""] : services, FleetJson.Default.ListString);
        machine.OrderId = NewId();
    }

    /// <summary>Nothing is ordered any more.</summary>
    public static void Forget(Machine machine)
    {
        machine.OrderId = 0;
        machine.CheckRequested = false;
        machine.UnmanageRequested = null;
    }

    /// <summary>Forgets what the machine says it has carried out, if nothing was ordered after it.</summary>
    public static void Acknowledge(Machine machine, ulong id)
    {
        if (machine.OrderId != 0 && (ulong)machine.OrderId == id) Forget(machine);
    }

    /// <summary>The message that says what is ordered; null = nothing.</summary>
    public static Command? ToCommand(long id, bool check, string? unmanage)
    {
        if (id == 0) return null;
        var command = new Command { Id = (ulong)id, Check = check };
        command.Unmanage.AddRange(Services(unmanage));
        return command;
    }

    private static List<string> Services(string? stored) =>
        stored is null ? [] : JsonSerializer.Deserialize(stored, FleetJson.Default.ListString) ?? [];
}
