//! The form of an answer: all of it, part of it, compressed, or nothing because the browser has it
//! (RFC 9110, sections 8, 13 and 14).

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Response, StatusCode};
use xxhash_rust::xxh3::xxh3_64;

use crate::body::Content;
use crate::encode;
use crate::files::{self, Opened};
use crate::media;
use crate::range::{Wanted, wanted};

/// An answer on its way.
pub(crate) type Answer = Response<Content>;

/// What of a request decides about the form of an answer.
pub(crate) struct Form {
    takes_gzip: bool,
    none_match: Option<String>,
    range: Option<String>,
    if_range: Option<String>,
    pub(crate) is_get: bool,
}

impl Form {
    pub(crate) fn of(method: &Method, headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| {
            let values: Vec<&str> = headers
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        Self {
            takes_gzip: text(header::ACCEPT_ENCODING)
                .is_some_and(|value| encode::takes_gzip(&value)),
            none_match: text(header::IF_NONE_MATCH),
            range: text(header::RANGE),
            if_range: text(header::IF_RANGE),
            is_get: method == Method::GET,
        }
    }

    /// The bytes that are wanted of something of this length and tag.
    fn wanted(&self, length: u64, tag: &str) -> Wanted {
        // A tag that is compared for ranges must be a strong one (RFC 9110, section 13.1.5); dates are never the same.
        let holds = self
            .if_range
            .as_ref()
            .is_none_or(|condition| condition.trim() == tag);
        match &self.range {
            Some(range) if self.is_get && holds => wanted(range, length),
            _ => Wanted::Whole,
        }
    }

    fn has(&self, tag: &str) -> bool {
        let matches =
            |known: &str| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag;
        self.none_match
            .as_ref()
            .is_some_and(|tags| tags.split(',').map(str::trim).any(matches))
    }
}

/// An answer with these bytes, or with what of them the request asks for.
pub(crate) fn finish(
    bytes: Vec<u8>,
    media_type: &'static str,
    status: StatusCode,
    form: &Form,
) -> Answer {
    let digest = xxh3_64(&bytes);
    let tag = format!("\"{digest:016x}\"");
    let is_text = media::is_text(media_type);
    if status != StatusCode::OK {
        return whole(bytes, media_type, status, None, is_text, form);
    }
    if form.has(&tag) || form.has(&compressed_tag(digest)) {
        let mut answer = Response::new(Content::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        set(&mut answer, header::ETAG, &tag);
        vary(&mut answer, is_text);
        return answer;
    }
    let length = bytes.len() as u64;
    match form.wanted(length, &tag) {
        Wanted::Whole => whole(bytes, media_type, status, Some(digest), is_text, form),
        Wanted::Unsatisfiable => unsatisfiable(length),
        Wanted::Part(range) => {
            let (start, end) = (range.start as usize, range.end as usize);
            let mut answer = Response::new(Content::from(bytes[start..end].to_vec()));
            partial(&mut answer, &range, length);
            set(&mut answer, header::CONTENT_TYPE, media_type);
            set(&mut answer, header::ETAG, &tag);
            vary(&mut answer, is_text);
            answer
        }
    }
}

fn compressed_tag(digest: u64) -> String {
    format!("\"{digest:016x}-gzip\"")
}

fn whole(
    bytes: Vec<u8>,
    media_type: &'static str,
    status: StatusCode,
    digest: Option<u64>,
    is_text: bool,
    form: &Form,
) -> Answer {
    let compressed = (is_text && form.takes_gzip)
        .then(|| encode::gzip(&bytes))
        .flatten();
    let tag = digest.map(|digest| match compressed {
        Some(_) => compressed_tag(digest),
        None => format!("\"{digest:016x}\""),
    });
    let is_compressed = compressed.is_some();
    let bytes = compressed.unwrap_or(bytes);
    let length = bytes.len();
    let mut answer = Response::new(Content::from(bytes));
    *answer.status_mut() = status;
    set(&mut answer, header::CONTENT_TYPE, media_type);
    set(&mut answer, header::CONTENT_LENGTH, &length.to_string());
    if let Some(tag) = tag {
        set(&mut answer, header::ETAG, &tag);
        set(&mut answer, header::ACCEPT_RANGES, "bytes");
    }
    if is_compressed {
        set(&mut answer, header::CONTENT_ENCODING, "gzip");
    }
    vary(&mut answer, is_text);
    answer
}

/// An answer with a large file, or part of it, as it is read.
pub(crate) fn streamed(
    opened: Opened,
    media_type: &'static str,
    status: StatusCode,
    form: &Form,
) -> Answer {
    let tag = format!("\"{}\"", opened.tag);
    if status == StatusCode::OK && form.has(&tag) {
        let mut answer = Response::new(Content::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        set(&mut answer, header::ETAG, &tag);
        return answer;
    }
    let length = opened.length;
    let range = match form.wanted(length, &tag) {
        Wanted::Whole => None,
        Wanted::Part(range) => Some(range),
        Wanted::Unsatisfiable => return unsatisfiable(length),
    };
    let sent = range.clone().unwrap_or(0..length);
    let content = if form.is_get {
        files::stream(opened.file, sent)
    } else {
        Content::empty()
    };
    let mut answer = Response::new(content);
    *answer.status_mut() = status;
    match range {
        Some(range) => partial(&mut answer, &range, length),
        None => {
            set(&mut answer, header::CONTENT_LENGTH, &length.to_string());
            set(&mut answer, header::ACCEPT_RANGES, "bytes");
        }
    }
    set(&mut answer, header::CONTENT_TYPE, media_type);
    set(&mut answer, header::ETAG, &tag);
    answer
}

fn partial(answer: &mut Answer, range: &std::ops::Range<u64>, length: u64) {
    *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    let content_range = format!("bytes {}-{}/{length}", range.start, range.end - 1);
    set(answer, header::CONTENT_RANGE, &content_range);
    set(
        answer,
        header::CONTENT_LENGTH,
        &(range.end - range.start).to_string(),
    );
    set(answer, header::ACCEPT_RANGES, "bytes");
}

fn unsatisfiable(length: u64) -> Answer {
    let mut answer = text(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "The file does not have these bytes.",
    );
    set(
        &mut answer,
        header::CONTENT_RANGE,
        &format!("bytes */{length}"),
    );
    answer
}

pub(crate) fn redirect(status: StatusCode, to: &str) -> Answer {
    let mut answer = text(status, "");
    set(&mut answer, header::LOCATION, to);
    set(&mut answer, header::CACHE_CONTROL, "no-store");
    answer
}

pub(crate) fn text(status: StatusCode, message: &str) -> Answer {
    let bytes = if message.is_empty() {
        Vec::new()
    } else {
        format!("{message}\n").into_bytes()
    };
    let length = bytes.len();
    let mut answer = Response::new(Content::from(bytes));
    *answer.status_mut() = status;
    set(
        &mut answer,
        header::CONTENT_TYPE,
        "text/plain; charset=utf-8",
    );
    set(&mut answer, header::CONTENT_LENGTH, &length.to_string());
    answer
}

/// Sets a header. What cannot stand in one is left out.
pub(crate) fn set(answer: &mut Answer, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

fn vary(answer: &mut Answer, is_text: bool) {
    if is_text {
        set(answer, header::VARY, "Accept-Encoding");
    }
}
