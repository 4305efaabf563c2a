using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cluster.Pki.Keys;

/// <summary>Keeps private keys out of JSON: both directions throw.</summary>
internal sealed class RefusingSecretConverter : JsonConverter<PrivateKeyMaterial>
{
    public override PrivateKeyMaterial Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Private keys are never read from JSON.");

    public override void Write(Utf8JsonWriter writer, PrivateKeyMaterial value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Private keys are never written to JSON.");
}
