using Cluster.Protocol.V1;
using Cluster.Testing.Golden;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Golden;

/// <summary>
/// The bytes of every message of the agent protocol with every field set. Hosts store some of them (assignments, statements), and
/// agents and managers of different versions talk to each other: a field is never renumbered, retyped or used for something else.
/// </summary>
public sealed class ProtocolGoldenTests
{
    private const int Deepest = 8;

    [Fact]
    public void Every_message_keeps_its_bytes()
    {
        var lines = Messages().Select(m => $"{m.FullName} {Convert.ToHexStringLower(Filled(m, 0).ToByteArray())}");

        GoldenFile.Of("Cluster.Agent.Tests", "protocol.txt").ShouldBe(string.Join('\n', lines));
    }

    [Fact]
    public void Older_bytes_are_read_whole()
    {
        var known = Messages().ToDictionary(m => m.FullName);
        foreach (var line in GoldenFile.Of("Cluster.Agent.Tests", "protocol.txt").Text.Split('\n'))
        {
            var (name, hex) = (line.Split(' ')[0], line.Split(' ')[1]);
            known.ShouldContainKey(name);
            var read = known[name].Parser.ParseFrom(Convert.FromHexString(hex));

            read.ToString().ShouldBe(Filled(known[name], 0).ToString(), name);
        }
    }

    private static IEnumerable<MessageDescriptor> Messages() =>
        new[] { SessionReflection.Descriptor, EnrollmentReflection.Descriptor }.SelectMany(file => file.MessageTypes)
            .Where(m => m.ClrType is not null)
            .OrderBy(m => m.FullName, StringComparer.Ordinal);

    // Of a oneof the last member stays; each of them is a message that has a line of its own.
    private static IMessage Filled(MessageDescriptor type, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        if (depth > Deepest) return message;
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (field.IsMap) throw new NotSupportedException($"{field.FullName} is a map: its order on the wire is not defined.");
            if (field.IsRepeated) ((System.Collections.IList)field.Accessor.GetValue(message)).Add(Value(field, depth));
            else field.Accessor.SetValue(message, Value(field, depth));
        }

        return message;
    }

    private static object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Message => Filled(field.MessageType, depth + 1),
        FieldType.String => field.Name,
        FieldType.Bytes => ByteString.CopyFrom((byte)field.FieldNumber, 0, 0xff),
        FieldType.Bool => true,
        FieldType.UInt32 => (uint)(1000 + field.FieldNumber),
        FieldType.UInt64 => 1_000_000_000_000UL + (ulong)field.FieldNumber,
        FieldType.Int32 => 1000 + field.FieldNumber,
        FieldType.Int64 => 1_000_000_000_000L + field.FieldNumber,
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[^1].Number),
        _ => throw new NotSupportedException($"Add the type of {field.FullName} here."),
    };
}
