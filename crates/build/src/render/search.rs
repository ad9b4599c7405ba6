//! What the search needs beside pages: its description for browsers (OpenSearch 1.1), so that they can offer it in their own
//! search field, and bodies that are searched without being shown.

use std::io;

use newsprint_model::{Diagnostic, PostId};
use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::feed::xml::{start, xml_error};
use super::{Renderer, Worker, root_of};
use crate::plan::SEARCH_URL;

const NAMESPACE: &str = "http://a9.com/-/spec/opensearch/1.1/";
/// The longest names that the specification allows, in characters.
const SHORT_NAME: usize = 16;
const LONG_NAME: usize = 48;

impl Renderer<'_> {
    /// The finished body of a post, without its page: what the search index is made of.
    ///
    /// # Errors
    /// A body that can no longer be read.
    pub fn body_html(&self, id: PostId, worker: &mut Worker) -> Result<String, Diagnostic> {
        let root = root_of(self.site.urls().post(id));
        let image = self.image(id, &root, worker);
        let lead = image.as_ref().map(|image| image.src.as_str());
        let post = self.site.archive.post(id);
        Ok(self.body(post, &root, lead, worker)?.html)
    }

    pub(super) fn search_description(&self, worker: &mut Worker) -> Result<(), Diagnostic> {
        let config = &self.site.config;
        let begin = |length: usize| config.title.chars().take(length).collect::<String>();
        let template = format!("{}?q={{searchTerms}}", self.site.absolute(SEARCH_URL));
        worker.page.clear();
        let mut xml = Writer::new(&mut worker.page);
        let text = |xml: &mut Writer<&mut Vec<u8>>, name: &str, content: &str| -> io::Result<()> {
            xml.create_element(name)
                .write_text_content(BytesText::new(content))?;
            Ok(())
        };
        start(&mut xml)
            .and_then(|()| {
                xml.create_element("OpenSearchDescription")
                    .with_attribute(("xmlns", NAMESPACE))
                    .write_inner_content(|xml| {
                        text(xml, "ShortName", begin(SHORT_NAME).trim())?;
                        text(xml, "LongName", begin(LONG_NAME).trim())?;
                        text(xml, "Description", begin(LONG_NAME).trim())?;
                        text(xml, "Language", &config.language)?;
                        text(xml, "InputEncoding", "UTF-8")?;
                        xml.create_element("Url")
                            .with_attribute(("type", "text/html"))
                            .with_attribute(("template", template.as_str()))
                            .write_empty()?;
                        Ok(())
                    })?;
                Ok(())
            })
            .map_err(xml_error)
    }
}
