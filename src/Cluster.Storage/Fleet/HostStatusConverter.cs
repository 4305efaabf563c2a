using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Domain.Reports;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Cluster.Storage.Fleet;

/// <summary>
/// Stores a status as JSON, so that whoever reads a report has it parsed; no bytes stand for a host that has reported nothing.
/// </summary>
internal sealed class HostStatusConverter() : ValueConverter<HostStatus, byte[]>(status => Write(status), bytes => Read(bytes))
{
    private static byte[] Write(HostStatus status) =>
        ReferenceEquals(status, HostStatus.Nothing) ? [] : JsonSerializer.SerializeToUtf8Bytes(status, HostStatusJson.Default.HostStatus);

    private static HostStatus Read(byte[] bytes) =>
        bytes.Length == 0 ? HostStatus.Nothing : JsonSerializer.Deserialize(bytes, HostStatusJson.Default.HostStatus) ?? HostStatus.Nothing;
}

/// <summary>Serializer metadata of stored statuses.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(HostStatus))]
internal sealed partial class HostStatusJson : JsonSerializerContext;
